#pragma once
#include <vector>

#include "lamina/design/model_spec.h"
#include "lamina/nn/attention.h"
#include "lamina/nn/parameters.h"

namespace lamina {

/// The keys and values of the positions processed so far: one pair of buffers
/// (B, capacity_tokens, G, K) per source layer, in the compute dtype; reader layers have none. All
/// memory is allocated by the constructor.
class KvCache {
 public:
  KvCache(const ModelSpec& spec, const Placement& placement, std::int64_t batch,
          std::int64_t capacity_tokens);

  /// Appends the keys and values (B, T, G, K) of new positions of a source layer; returns views of
  /// all positions so far, (B, S, G, K), the new ones included. Throws c10::Error beyond the
  /// capacity or for a reader layer.
  KeysValues append(std::int64_t layer, const KeysValues& added);

  /// Increases the length by `num_tokens`; call it after all source layers have appended that many.
  void advance(std::int64_t num_tokens) { length_ += num_tokens; }

  /// A new cache whose row i is a copy of row rows[i] of this one; rows (R) int64 on the cache's
  /// device. Its capacity is the length of this cache plus `additional_tokens`.
  KvCache fork(const at::Tensor& rows, std::int64_t additional_tokens) const;

  /// Positions per row, in tokens: processed so far, and the maximum.
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
