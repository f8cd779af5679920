#pragma once
#include <cstdint>
#include <limits>
#include <string>

namespace lamina {

/// What a setting allows and means. A settings struct lists its fields once, in
///
///   template <class Visitor> void visit(Visitor& v) {
///     v.field("learning_rate", learning_rate, {.help = "peak learning rate", .min = 0});
///     v.section("mlp", mlp, "the feed-forward part");
///   }
///
/// and that one list serves the strict reader, the writer of resolved configurations, and --help.
/// Records of runs are read and written by such lists too; they may have v.map, for a map whose
/// keys are names, and optional sections. Fields may be bool, std::int64_t, double, std::string,
/// std::filesystem::path, an enum with EnumNames, and std::optional, std::vector or (for a list
/// whose length is fixed) std::array of these. Limits of a list hold for each element.
struct Setting {
  const char* help = "";
  double min = -std::numeric_limits<double>::infinity();  ///< smallest value allowed, inclusive
  double max = std::numeric_limits<double>::infinity();   ///< largest value allowed, inclusive
  bool above_min = false;                                 ///< the value must be greater than `min`
  const char* unit = "";       ///< for the help text: "tokens", "bytes", ...
  bool file_name = false;      ///< a text must satisfy is_file_name (core/file_name.h)
  bool required = false;       ///< no default: the configuration must set it
  bool nullable = false;       ///< of an optional: none is written as null, not left out
  bool used = true;            ///< false: setting it is an error, as it would change nothing
  const char* used_when = "";  ///< what makes it used: "kv_sharing.layout is cla"
};

/// Specialise with `static constexpr std::array names{...}`, one name an enumerator from 0 up, and,
/// if the help text shall explain them, as many `meanings`. Both may be defined elsewhere, as
/// `static const`.
template <class Enum>
struct EnumNames;

template <class Enum>
constexpr const char* enum_name(Enum value) {
  return EnumNames<Enum>::names[static_cast<std::size_t>(value)];
}

}  // namespace lamina
