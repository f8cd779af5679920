#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/stop_signal.h"
#include "lamina/text/tokenizer.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

struct BenchArguments {
  std::string tokenizer;
  std::string text;
  std::int64_t piece_characters = 20000;
  double seconds = 3;
  bool json = false;
};

/// Pieces of so many characters each; the last has the rest.
std::vector<std::string_view> cut_into_pieces(std::string_view text, std::int64_t characters) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    std::size_t end = 0;
    for (std::int64_t i = 0; i < characters && end < text.size(); ++i) {
      end = next_character_start(text, end + 1);
    }
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

std::int64_t encode_once(const Tokenizer& tokenizer, std::span<const std::string_view> pieces) {
  std::int64_t num_tokens = 0;
  std::vector<TokenId> ids;
  for (const std::string_view piece : pieces) {
    throw_if_stopped("while encoding was being timed");
    ids.clear();
    tokenizer.encode(piece, ids);
    num_tokens += std::ssize(ids);
  }
  return num_tokens;
}

/// The best of all rounds counts: others on the machine can only slow one down.
Json bench(const BenchArguments& arguments) {
  const double load_start = monotonic_seconds();
  const auto tokenizer = make_tokenizer(arguments.tokenizer);
  const double start = monotonic_seconds();
  const std::string text = read_file(arguments.text);
  if (text.empty()) throw Error(arguments.text + ": the file is empty");
  const auto pieces = cut_into_pieces(text, arguments.piece_characters);
  std::int64_t num_tokens = 0;
  double best_seconds = 1e300;
  for (double round = start; round < start + arguments.seconds;) {
    num_tokens = encode_once(*tokenizer, pieces);
    const double now = monotonic_seconds();
    best_seconds = std::min(best_seconds, now - round);
    round = now;
  }
  return {{"tokenizer", arguments.tokenizer},
          {"bytes", text.size()},
          {"tokens", num_tokens},
          {"threads", 1},
          {"megabytes_per_second", static_cast<double>(text.size()) / best_seconds / 1e6},
          {"tokens_per_second", static_cast<double>(num_tokens) / best_seconds},
          {"load_ms", 1000 * (start - load_start)}};
}

std::string to_text(const Json& result) {
  return fmt::format(
      "{}: {:.1f} MB/s, {:.2f} M tokens/s on one thread, {:.2f} bytes/token, loaded in {:.0f} ms\n",
      result["tokenizer"].get<std::string>(), result["megabytes_per_second"].get<double>(),
      result["tokens_per_second"].get<double>() / 1e6,
      result["bytes"].get<double>() / result["tokens"].get<double>(),
      result["load_ms"].get<double>());
}

}  // namespace

void add_bench_tokenizer(CLI::App& program, Action& action) {
  CLI::App* command =
      program.get_subcommand("bench")->add_subcommand("tokenizer", "encoding speed of one thread");
  const auto arguments = std::make_shared<BenchArguments>();
  command->add_option("--tokenizer", arguments->tokenizer, "as data.tokenizer")->required();
  command->add_option("--text", arguments->text, "text file")->required();
  command->add_option("--piece-characters", arguments->piece_characters, "of each call's text")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  command->add_option("--seconds", arguments->seconds, "how long to measure")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "one JSON object on standard output");
  command->callback([=, &action] {
    action = [=] {
      watch_stop_signals();
      const Json result = bench(*arguments);
      std::fputs((arguments->json ? result.dump() + "\n" : to_text(result)).c_str(), stdout);
      return kExitGood;
    };
  });
}

}  // namespace lamina
