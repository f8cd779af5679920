#include "lamina/eval/perplexity.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

#include "scoring/stoppable_sum.h"

namespace lamina {
namespace {

/// Sum of the token losses of windows [begin, end) of the stream, each with `length` targets.
double score_windows(const Decoder& model, const at::Tensor& stream, std::int64_t length,
                     std::int64_t begin, std::int64_t end) {
  // Consecutive windows share one token: the last target of one is the first input of the next.
  const at::Tensor windows =
      stream.slice(0, begin * length, end * length + 1).unfold(0, length + 1, length);
  return model.token_losses(windows.to(model.placement().device)).sum(at::kDouble).item<double>();
}

}  // namespace

double Perplexity::perplexity() const { return std::exp(loss()); }
double Perplexity::byte_perplexity() const { return std::exp(nats / static_cast<double>(bytes)); }
double Perplexity::word_perplexity() const { return std::exp(nats / static_cast<double>(words)); }
double Perplexity::bits_per_byte() const {
  return nats / static_cast<double>(bytes) / std::numbers::ln2;
}

Json to_json(const Perplexity& p) {
  return {{"loss", p.loss()},
          {"perplexity", p.perplexity()},
          {"bits_per_byte", p.bits_per_byte()},
          {"byte_perplexity", p.byte_perplexity()},
          {"word_perplexity", p.word_perplexity()},
          {"tokens", p.tokens},
          {"bytes", p.bytes},
          {"words", p.words}};
}

Perplexity measure_perplexity(const Decoder& model, const HeldOutText& text, std::int64_t eos_id,
                              const WindowOptions& options, const ProcessGroup& group) {
  const auto num_tokens = std::ssize(text.tokens);
  std::vector<std::int64_t> with_start{eos_id};
  with_start.insert(with_start.end(), text.tokens.begin(), text.tokens.end());
  const at::Tensor stream = at::tensor(with_start, at::kLong);

  const std::int64_t num_windows = num_tokens / options.sequence_length;
  const std::int64_t batch =
      std::max<std::int64_t>(1, options.batch_tokens / options.sequence_length);
  double nats = 0;
  std::int64_t block = 0;
  for (std::int64_t first = 0; first < num_windows && !group.stop_requested();
       first += batch, ++block) {
    if (block % group.size() != group.rank()) continue;
    const std::int64_t last = std::min(first + batch, num_windows);
    nats += score_windows(model, stream, options.sequence_length, first, last);
  }
  const std::int64_t remainder = num_tokens % options.sequence_length;
  if (remainder > 0 && block % group.size() == group.rank()) {
    nats += score_windows(model, stream.slice(0, num_tokens - remainder), remainder, 0, 1);
  }
  const at::Tensor total =
      stoppable_sum(at::full({1}, nats, at::kDouble), model.placement(), group);
  return {total.item<double>(), num_tokens, text.bytes, text.words};
}

}  // namespace lamina
