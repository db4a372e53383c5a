// SPDX-License-Identifier: MIT
// Words to options and positionals.
#include "fake_agent/command_line.hpp"

#include <algorithm>
#include <sstream>

namespace fake_agent {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool is_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

class Reader {
 public:
  Reader(const Grammar& grammar, std::span<const std::string> words)
      : grammar_(grammar), words_(words) {}

  ReadLine read() {
    while (next_ < words_.size() && !read_.fault) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        read_.line.positionals.insert(read_.line.positionals.end(), words_.begin() + position(),
                                      words_.end());
        break;
      }
      if (is_option(word)) {
        take_option(word);
      } else {
        read_.line.positionals.push_back(word);
      }
    }
    return std::move(read_);
  }

 private:
  std::ptrdiff_t position() const { return static_cast<std::ptrdiff_t>(next_); }

  void take_option(const std::string& word) {
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string name = word.substr(0, equals);
    const OptionRule* rule = find(name);
    if (rule == nullptr) return refuse(LineFault::Kind::unknown_option, name);
    const std::string key = words_of(rule->names).back();
    std::vector<std::string>& values = read_.line.options[key];
    if (equals != std::string::npos) {
      if (rule->takes == Takes::nothing) return refuse(LineFault::Kind::unknown_option, word);
      return take_value(*rule, name, word.substr(equals + 1), values);
    }
    if (rule->takes == Takes::nothing) return;
    if (has_value(rule->takes)) {
      take_value(*rule, name, words_[next_++], values);
    } else if (rule->takes != Takes::optional_value) {
      return refuse(LineFault::Kind::value_missing, name);
    }
    while (rule->takes == Takes::list && !read_.fault && has_value(Takes::optional_value)) {
      take_value(*rule, name, words_[next_++], values);
    }
  }

  const OptionRule* find(const std::string& name) const {
    const auto found = std::ranges::find_if(grammar_.rules, [&](const OptionRule& rule) {
      return std::ranges::count(words_of(rule.names), name) > 0;
    });
    return found == grammar_.rules.end() ? nullptr : &*found;
  }

  bool has_value(Takes takes) const {
    if (next_ >= words_.size()) return false;
    const bool is_any = takes != Takes::optional_value && grammar_.dash_values == DashValues::taken;
    return is_any || !is_option(words_[next_]);
  }

  void take_value(const OptionRule& rule, const std::string& name, const std::string& value,
                  std::vector<std::string>& values) {
    const auto allowed = words_of(rule.allowed);
    if (!allowed.empty() && std::ranges::count(allowed, value) == 0) {
      refuse(LineFault::Kind::value_refused, name, value);
      for (const std::string& word : allowed) {
        read_.fault->allowed += (read_.fault->allowed.empty() ? "" : ", ") + word;
      }
    }
    values.push_back(value);
  }

  void refuse(LineFault::Kind kind, const std::string& option, const std::string& value = {}) {
    read_.fault = LineFault{kind, option, value, {}};
  }

  const Grammar& grammar_;
  std::span<const std::string> words_;
  std::size_t next_ = 0;
  ReadLine read_;
};

}  // namespace

std::string CommandLine::value(std::string_view key) const {
  const auto found = options.find(key);
  return found == options.end() || found->second.empty() ? std::string{} : found->second.back();
}

ReadLine read_command_line(const Grammar& grammar, std::span<const std::string> words) {
  return Reader(grammar, words).read();
}

}  // namespace fake_agent
