#pragma once
#include <cstdint>

#include "lamina/core/json_lines.h"
#include "lamina/dist/process_group.h"
#include "lamina/eval/held_out_text.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// The negative log-likelihood of a text, and the counts to normalise it by. `tokens` includes the
/// EOS tokens, each token once; `bytes` and `words` count the text only.
struct Perplexity {
  double nats = 0;  ///< sum of -ln p over the tokens
  std::int64_t tokens = 0;
  std::int64_t bytes = 0;
  std::int64_t words = 0;

  double loss() const { return nats / static_cast<double>(tokens); }
  double perplexity() const;       ///< exp(nats / tokens)
  double bits_per_byte() const;    ///< nats / bytes / ln 2
  double byte_perplexity() const;  ///< exp(nats / bytes)
  double word_perplexity() const;  ///< exp(nats / words)
};

/// {"loss", "perplexity", "bits_per_byte", "byte_perplexity", "word_perplexity", "tokens", "bytes",
/// "words"}: the metric names of lm-evaluation-harness.
Json to_json(const Perplexity& perplexity);

struct WindowOptions {
  std::int64_t sequence_length = 0;   ///< T: predicted tokens per window
  std::int64_t batch_tokens = 16384;  ///< limit per forward pass, which has at least one window
};

/// Scores the text in windows of T tokens that do not overlap; an EOS token precedes
/// the first window. Collective: every rank must call with equal arguments; ranks divide the
/// windows, and every rank gets the same totals. Throws Stopped, on every rank, if any rank
/// received a stop signal.
Perplexity measure_perplexity(const Decoder& model, const HeldOutText& text, std::int64_t eos_id,
                              const WindowOptions& options, const ProcessGroup& group);

}  // namespace lamina
