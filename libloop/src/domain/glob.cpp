// SPDX-License-Identifier: MIT
// Matching by the set of places in the pattern that are reachable, so that no pattern backtracks.
#include "loop/domain/glob.h"

#include "domain/glob_set.hpp"
#include "loop/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace loop {

class Glob::Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  Result<Glob> parse() {
    while (at_ < pattern_.size()) {
      if (!take()) {
        return Error(Errc::invalid_argument,
                     fmt::format("pattern \"{}\" can match nothing: it ends inside of \"[...]\" or "
                                 "with a backslash, or names an unknown [:class:]",
                                 to_valid_utf8(to_single_line(pattern_))));
      }
    }
    split_ends();
    return std::move(glob_);
  }

 private:
  bool take() {
    const char c = pattern_[at_];
    if (c == '*') return take_stars();
    if (c == '[') return take_set();
    ++at_;
    if (c == '?') {
      add(Kind::any_byte);
      return true;
    }
    if (c == '\\' && at_ == pattern_.size()) return false;
    add(Kind::byte, c == '\\' ? pattern_[at_++] : c);
    return true;
  }

  bool take_stars() {
    const bool begins_component = at_ == 0 || pattern_[at_ - 1] == '/';
    const std::size_t end = std::min(pattern_.find_first_not_of('*', at_), pattern_.size());
    const bool is_deep = end - at_ > 1 && begins_component;
    at_ = end;
    if (is_deep && end == pattern_.size()) {
      add(Kind::rest);
    } else if (is_deep && pattern_[end] == '/') {
      add(Kind::directories);
      ++at_;
    } else if (is_deep && pattern_.substr(end).starts_with("\\/")) {
      add(Kind::rest);
    } else {
      add(Kind::star);
    }
    return true;
  }

  bool take_set() {
    auto set = parse_glob_set(pattern_.substr(at_));
    if (!set) return false;
    at_ += set->length;
    glob_.sets_.push_back(set->bytes);
    glob_.tokens_.push_back({Kind::set, 0, glob_.sets_.size() - 1});
    return true;
  }

  void add(Kind kind, char byte = 0) { glob_.tokens_.push_back({kind, byte}); }

  // Most paths fail at these two comparisons.
  void split_ends() {
    auto& tokens = glob_.tokens_;
    const auto is_wild = [](const Token& token) { return token.kind != Kind::byte; };
    const auto first = std::find_if(tokens.begin(), tokens.end(), is_wild);
    for (auto token = tokens.begin(); token != first; ++token) glob_.prefix_ += token->byte;
    glob_.is_literal_ = first == tokens.end();
    const auto last = std::find_if(tokens.rbegin(), tokens.rend(), is_wild).base();
    if (!glob_.is_literal_) {
      for (auto token = last; token != tokens.end(); ++token) glob_.suffix_ += token->byte;
      tokens.erase(last, tokens.end());
    }
    tokens.erase(tokens.begin(), first);
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  Glob glob_;
};

// Places in the pattern, each once.
class Glob::States {
 public:
  explicit States(const std::vector<Token>& tokens) : tokens_(&tokens), marks_(tokens.size() + 1) {}

  void clear() {
    ++generation_;
    places_.clear();
  }

  // A place from which the next one is reached without a byte brings that one along.
  void add(std::size_t place) {
    while (marks_[place] != generation_) {
      marks_[place] = generation_;
      places_.push_back(place);
      if (place == tokens_->size()) return;
      const Kind kind = (*tokens_)[place].kind;
      if (kind != Kind::star && kind != Kind::directories && kind != Kind::rest) return;
      ++place;
    }
  }

  // Inside of a directory that "**/" skips; behind its slash the pattern may go on. Places are
  // reached from before only behind a slash, too, so that both ways mean the same.
  void stay(std::size_t place, char c) {
    if (c == '/') return add(place);
    if (marks_[place] == generation_) return;
    marks_[place] = generation_;
    places_.push_back(place);
  }

  bool has(std::size_t place) const { return marks_[place] == generation_; }
  const std::vector<std::size_t>& places() const { return places_; }

 private:
  const std::vector<Token>* tokens_;
  std::vector<std::size_t> places_;
  std::vector<std::uint32_t> marks_;
  std::uint32_t generation_ = 1;
};

Result<Glob> Glob::parse(std::string_view pattern) {
  if (pattern.size() > kGlobBytesMax) {
    return Error(Errc::invalid_argument, fmt::format("a pattern has {} bytes; the limit is {}",
                                                     pattern.size(), kGlobBytesMax));
  }
  return Parser(pattern).parse();
}

bool Glob::matches(std::string_view path) const {
  if (is_literal_) return path == prefix_;
  if (path.size() < prefix_.size() + suffix_.size()) return false;
  if (!path.starts_with(prefix_) || !path.ends_with(suffix_)) return false;
  path.remove_prefix(prefix_.size());
  path.remove_suffix(suffix_.size());
  const bool is_one_star = tokens_.size() == 1 && tokens_[0].kind == Kind::star;
  if (is_one_star) return path.find('/') == std::string_view::npos;
  return matches_middle(path);
}

bool Glob::matches_middle(std::string_view text) const {
  States now(tokens_);
  States next(tokens_);
  now.add(0);
  for (const char c : text) {
    next.clear();
    for (const std::size_t place : now.places()) {
      if (place == tokens_.size()) continue;
      const Token& token = tokens_[place];
      switch (token.kind) {
        case Kind::byte:
          if (c == token.byte) next.add(place + 1);
          break;
        case Kind::any_byte:
          if (c != '/') next.add(place + 1);
          break;
        case Kind::set:
          if (sets_[token.set][static_cast<unsigned char>(c)]) next.add(place + 1);
          break;
        case Kind::star:
          if (c != '/') next.add(place);
          break;
        case Kind::directories: next.stay(place, c); break;
        case Kind::rest: next.add(place); break;
      }
    }
    if (next.places().empty()) return false;
    std::swap(now, next);
  }
  return now.has(tokens_.size());
}

}  // namespace loop
