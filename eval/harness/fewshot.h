#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "python/python_random.h"
#include "task_definition.h"

namespace lamina {

/// Which rows stand before a document as solved examples: the harness's default sampler, or the
/// pool's first rows.
class FewshotSampler {
 public:
  /// Throws UsageError where the pool is too small.
  FewshotSampler(const TaskDefinition& task, const TaskOptions& options,
                 std::vector<const Json*> pool);

  /// The next document's shots; documents come in order, since each takes from one random stream.
  /// Throws UsageError where too few rows of the pool are not the document itself.
  std::vector<const Json*> next(const Json& document);

 private:
  std::vector<const Json*> draw(const std::vector<const Json*>& pool, std::size_t count);
  void check_pool(std::size_t num_rows, std::size_t needed, std::string_view what) const;

  std::string task_name_;
  Split pool_split_;
  std::vector<const Json*> pool_;
  std::size_t num_shots_;
  bool first_shots_;
  bool excludes_document_;
  PythonRandom random_;
};

}  // namespace lamina
