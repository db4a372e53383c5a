// SPDX-License-Identifier: MIT
// Includes point down the layers only, and a layer's private headers are its own.
#include "source/source_tree.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <optional>

using namespace loop::source;

namespace {

// From the lowest; each may include itself and those before it.
const std::vector<std::string> kLayers{"base", "store", "domain", "agents", "engine", "ops"};

std::optional<std::size_t> rank_of(std::string_view layer) {
  const auto found = std::ranges::find(kLayers, layer);
  if (found == kLayers.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kLayers.begin());
}

// The layer of a file in libloop; for all other files one above the highest.
std::optional<std::size_t> rank_of_file(const std::string& path) {
  static const RE2 pattern("libloop/(?:include/loop|src)/([^/]+)/.*");
  std::string layer;
  if (!RE2::FullMatch(path, pattern, &layer)) return kLayers.size();
  return rank_of(layer);
}

std::string check_include(const std::string& target, std::size_t own_rank) {
  static const RE2 public_header("\"loop/([^/]+)/[^\"]+\\.h\"");
  static const RE2 private_header("\"([^/]+)/[^\"]+\\.hpp\"");
  if (target.starts_with("\"../")) return target + " climbs out of its folder";

  std::string layer;
  if (RE2::FullMatch(target, public_header, &layer)) {
    const auto rank = rank_of(layer);
    if (!rank) return target + " is of no known layer";
    return *rank > own_rank ? target + " is of a higher layer" : "";
  }
  if (RE2::FullMatch(target, private_header, &layer)) {
    const auto rank = rank_of(layer);
    return rank && *rank != own_rank ? target + " is private to another layer" : "";
  }
  return "";
}

std::vector<std::string> check_layers(const SourceFile& file) {
  const auto rank = rank_of_file(file.path);
  if (!rank) return {finding(file, 0, "is in a folder that is no known layer")};

  std::vector<std::string> findings;
  for (const auto& include : includes_of(file)) {
    const auto problem = check_include(include.target, *rank);
    if (!problem.empty()) findings.push_back(finding(file, include.offset, problem));
  }
  return findings;
}

bool is_refused(const std::string& path, const std::string& include) {
  return !check_layers(make_source(path, "#include " + include + "\n")).empty();
}

}  // namespace

TEST_CASE("an include of a higher layer is refused, of the same or a lower one is not") {
  for (std::size_t own = 0; own < kLayers.size(); ++own) {
    for (std::size_t other = 0; other < kLayers.size(); ++other) {
      INFO(kLayers[own] << " includes " << kLayers[other]);
      const std::string include = "\"loop/" + kLayers[other] + "/x.h\"";
      CHECK(is_refused("libloop/src/" + kLayers[own] + "/y.cpp", include) == (other > own));
      CHECK(is_refused("libloop/include/loop/" + kLayers[own] + "/y.h", include) == (other > own));
    }
  }
}

TEST_CASE("a private header is included by its own layer only") {
  CHECK_FALSE(is_refused("libloop/src/store/y.cpp", "\"store/x.hpp\""));
  CHECK_FALSE(is_refused("libloop/src/store/y.cpp", "\"x.hpp\""));
  CHECK(is_refused("libloop/src/domain/y.cpp", "\"store/x.hpp\""));
  CHECK(is_refused("libloop/src/store/y.cpp", "\"domain/x.hpp\""));
  CHECK(is_refused("apps/loopctl/y.cpp", "\"engine/x.hpp\""));
  CHECK(is_refused("apps/loopctl/y.cpp", "\"../../libloop/src/engine/x.hpp\""));
  CHECK_FALSE(is_refused("apps/loopctl/y.cpp", "\"commands/x.hpp\""));
}

TEST_CASE("folders and headers of unknown layers are refused") {
  CHECK(is_refused("libloop/src/extras/y.cpp", "<string>"));
  CHECK(is_refused("libloop/src/base/y.cpp", "\"loop/extras/x.h\""));
}

TEST_CASE("the sources include only downwards") {
  std::vector<std::string> findings;
  for (const auto& file : production_sources()) {
    std::ranges::copy(check_layers(file), std::back_inserter(findings));
  }

  CHECK(findings == std::vector<std::string>{});
}
