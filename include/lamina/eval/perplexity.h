#pragma once
#include <cstdint>

#include "lamina/core/json_lines.h"
#include "lamina/dist/process_group.h"
#include "lamina/eval/held_out_text.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// Sum of -log p over a text's tokens, and what to divide it by. Every token counts once, the
/// EOS tokens too; bytes and words are those of the text alone.
struct Perplexity {
  double nats = 0;
  std::int64_t tokens = 0;
  std::int64_t bytes = 0;
  std::int64_t words = 0;

  double loss() const { return nats / static_cast<double>(tokens); }
  double perplexity() const;
  double bits_per_byte() const;
  double byte_perplexity() const;
  double word_perplexity() const;
};

/// {"loss", "perplexity", "bits_per_byte", "byte_perplexity", "word_perplexity", "tokens", "bytes",
/// "words"}, names as lm-evaluation-harness has them.
Json to_json(const Perplexity& perplexity);

struct WindowOptions {
  std::int64_t sequence_length = 0;   ///< predicted tokens of a window
  std::int64_t batch_tokens = 16384;  ///< read in one forward pass, of at least one window
};

/// Collective. Reads the text in windows of `sequence_length` that do not overlap, the first after
/// an EOS token; windows are divided among the ranks, and every rank gets the same
/// totals. Throws Stopped, on every rank, where one is asked to stop meanwhile.
Perplexity measure_perplexity(const Decoder& model, const HeldOutText& text, std::int64_t eos_id,
                              const WindowOptions& options, const ProcessGroup& group);

}  // namespace lamina
