#pragma once
#include <vector>

#include "lamina/design/model_spec.h"
#include "lamina/nn/attention.h"
#include "lamina/nn/parameters.h"

namespace lamina {

/// The keys and values of the positions read so far: one pair of buffers a source layer, none for
/// readers. All memory is taken at the start.
class KvCache {
 public:
  KvCache(const ModelSpec& spec, const Placement& placement, std::int64_t batch,
          std::int64_t capacity_tokens);

  /// Writes a source layer's new positions behind the old ones; returns all of them. `advance`
  /// makes them count, once every layer has added its own.
  KeysValues append(std::int64_t layer, const KeysValues& added);
  void advance(std::int64_t num_tokens) { length_ += num_tokens; }

  /// A cache of its own, of rows that each go on from what row rows[i] of this one has read; `rows`
  /// int64 (R). Its capacity is this one's length and `further_tokens` more.
  KvCache fork(const at::Tensor& rows, std::int64_t further_tokens) const;

  std::int64_t length() const { return length_; }
  std::int64_t capacity() const;

  /// Bytes of the buffers, measured from the tensors.
  std::int64_t allocated_bytes() const;

 private:
  KvCache() = default;

  std::vector<KeysValues> layers_;  ///< undefined tensors for readers
  std::int64_t length_ = 0;
};

}  // namespace lamina
