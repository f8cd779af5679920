#include "lamina/text/tokenizer.h"

#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <functional>
#include <sstream>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/corpus.h"
#include "lamina/text/documents.h"
#include "lamina/text/rows.h"

namespace lamina {
namespace {

constexpr const char* kStoppedCoding = "before anything was written";
constexpr int kMillisecondsBetweenLooks = 200;  // where a signal came just before the wait
constexpr std::size_t kPartBytes = 1 << 20;

struct TrainArguments {
  std::vector<std::filesystem::path> places;
  std::string pattern;
  std::string text_column = "text";
  std::string output;
  BpeTrainerSettings settings;
  bool json = false;
};

struct CodingArguments {
  std::string tokenizer;
  std::string file;
  bool json = false;
};

using Visit = std::function<void(std::string_view)>;

void visit_documents(const CorpusFile& file, const std::string& text_column, const Visit& visit) {
  if (!is_row_file(file.path)) {
    for (const TextPiece& piece : whole_files({&file, 1})) visit(PieceText(piece).text());
    return;
  }
  for_each_document(file.path, text_column, [&](RowDocument&& document) {
    visit(document_text(file.path, text_column, std::move(document)));
  });
}

int train(const TrainArguments& arguments) {
  watch_stop_signals();
  check_bpe_settings(arguments.settings);
  const double start = monotonic_seconds();
  const ChosenFiles chosen = choose_files(arguments.places, arguments.pattern);
  log_chosen("tokenizer train", chosen);
  const auto& files = chosen.files;
  std::int64_t bytes = 0;
  const auto documents = [&](const Visit& visit) {
    for (const CorpusFile& file : files) {
      visit_documents(file, arguments.text_column, [&](std::string_view document) {
        bytes += std::ssize(document);
        visit(document);
      });
    }
  };
  const std::string text = train_bpe(documents, arguments.settings);
  write_file_atomically(arguments.output, text);
  const auto tokenizer = parse_tokenizer(text, arguments.output);
  const Json result{{"output", arguments.output},
                    {"vocab_size", tokenizer->vocab_size()},
                    {"files", std::ssize(files)},
                    {"bytes", bytes},
                    {"seconds", monotonic_seconds() - start},
                    {"hash", tokenizer->hash()}};
  const std::string words =
      fmt::format("{}: {} tokens, learnt from {} files, {}, in {:.1f} s\n", arguments.output,
                  grouped(tokenizer->vocab_size()), files.size(),
                  readable_bytes(static_cast<double>(bytes)), result["seconds"].get<double>());
  std::fputs((arguments.json ? result.dump() + "\n" : words).c_str(), stdout);
  if (tokenizer->vocab_size() < arguments.settings.vocab_size) {
    log_warning("{}: the text has no pairs for {} tokens", arguments.output,
                arguments.settings.vocab_size);
  }
  return kExitGood;
}

/// Waits in a way that a signal ends, where a read would continue.
std::string read_standard_input() {
  std::string text;
  for (std::array<char, 1 << 16> buffer;;) {
    throw_if_stopped(kStoppedCoding);
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, kMillisecondsBetweenLooks) <= 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw Error(fmt::format("standard input cannot be read: {}", std::strerror(errno)));
    }
  }
}

std::string read_input(const std::string& file) {
  return file.empty() ? read_standard_input() : read_file(file);
}

/// The ids of the whole text, part after part, so that a stop is soon answered.
std::vector<TokenId> encode_or_stop(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<TokenId> ids;
  for (bool is_first = true; is_first || !text.empty(); is_first = false) {
    throw_if_stopped(kStoppedCoding);
    const std::size_t size = std::min(text.size(), kPartBytes);
    const std::size_t cut = size == text.size() ? size : tokenizer.cut_near(text, size);
    const std::string_view part = text.substr(0, cut);
    if (is_first) {
      tokenizer.encode(part, ids);
    } else {
      tokenizer.encode_rest(part, ids);
    }
    text.remove_prefix(cut);
  }
  return ids;
}

int encode(const CodingArguments& arguments) {
  watch_stop_signals();
  const auto tokenizer = make_tokenizer(arguments.tokenizer);
  const std::string text = read_input(arguments.file);
  const std::vector<TokenId> ids = encode_or_stop(*tokenizer, text);
  const std::string output =
      arguments.json ? Json{{"ids", ids}, {"tokens", ids.size()}, {"bytes", text.size()}}.dump()
                     : fmt::format("{}", fmt::join(ids, " "));
  std::fputs((output + "\n").c_str(), stdout);
  return kExitGood;
}

std::vector<TokenId> parse_ids(const std::string& text) {
  std::istringstream words(text);
  std::vector<TokenId> ids;
  for (std::string word; words >> word;) {
    TokenId id = 0;
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, id);
    if (read.ec != std::errc() || read.ptr != end) {
      throw UsageError(fmt::format("tokenizer decode: got \"{}\" after {} ids; expected a token id",
                                   word, ids.size()));
    }
    ids.push_back(id);
  }
  return ids;
}

int decode(const CodingArguments& arguments) {
  watch_stop_signals();
  const auto tokenizer = make_tokenizer(arguments.tokenizer);
  const std::string text = tokenizer->decode(parse_ids(read_input(arguments.file)));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitGood;
}

void add_training(CLI::App& tokenizer, Action& action) {
  CLI::App* command = tokenizer.add_subcommand(
      "train", "learns a byte-level BPE and writes it as a tokenizer.json");
  const auto arguments = std::make_shared<TrainArguments>();
  BpeTrainerSettings& settings = arguments->settings;
  command
      ->add_option("places", arguments->places,
                   "files of text or rows (.jsonl, .csv, .parquet and so on), folders of them, "
                   "patterns (**: any depth)")
      ->required();
  command->add_option("--vocab-size", settings.vocab_size, "tokens in all")->required();
  command->add_option("--output", arguments->output, "the file to write")->required();
  command->add_option("--pattern", arguments->pattern, "names of a folder's files to take");
  command->add_option("--text-column", arguments->text_column, "of rows")->capture_default_str();
  command->add_option("--min-count", settings.min_count, "rarer pairs are not merged")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--threads", settings.num_threads, "0: one a core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "one JSON object on standard output");
  command->callback([=, &action] { action = [=] { return train(*arguments); }; });
}

void add_coding(CLI::App& tokenizer, Action& action, const char* name, const char* help,
                int (*run)(const CodingArguments&)) {
  CLI::App* command = tokenizer.add_subcommand(name, help);
  const auto arguments = std::make_shared<CodingArguments>();
  command
      ->add_option("--tokenizer", arguments->tokenizer,
                   "\"bytes\", a tokenizer.json, a SentencePiece .model, or a folder with one")
      ->required();
  command->add_option("file", arguments->file, "what to read; standard input without");
  if (run == encode) command->add_flag("--json", arguments->json, "ids and counts as JSON");
  command->callback([=, &action] { action = [=] { return run(*arguments); }; });
}

}  // namespace

void add_tokenizer(CLI::App& program, Action& action) {
  CLI::App* tokenizer =
      program.add_subcommand("tokenizer", "trains a tokenizer; encodes and decodes text");
  tokenizer->require_subcommand(1);
  add_training(*tokenizer, action);
  add_coding(*tokenizer, action, "encode", "text to ids", encode);
  add_coding(*tokenizer, action, "decode", "ids, with white space between, to text", decode);
}

}  // namespace lamina
