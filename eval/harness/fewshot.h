#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "python/python_random.h"
#include "task_definition.h"

namespace lamina {

/// Chooses the few-shot examples of each document: with the default sampler of
/// lm-evaluation-harness (Python's random.sample, one random stream per task), or the first rows of
/// the pool.
class FewshotSampler {
 public:
  /// The pool's rows must outlive this object. Throws UsageError if the pool is too small.
  FewshotSampler(const TaskDefinition& task, const TaskOptions& options,
                 std::vector<const Json*> pool);

  /// The shots of the next document. Call once per document, in order, because all documents draw
  /// from one random stream. Throws UsageError if too few rows of the pool differ from the
  /// document.
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
