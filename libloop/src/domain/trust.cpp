// SPDX-License-Identifier: MIT
// trust.json: workspace roots and the hash of what the operator approved for each.
#include "loop/domain/trust.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "loop/base/sha256.h"
#include "loop/store/file_content.h"
#include "loop/store/file_lock.h"

namespace loop {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kTrustBytesMax = 16 * 1024 * 1024;

RelativePath trust_file() { return RelativePath::of("trust.json"); }
RelativePath trust_lock() { return RelativePath::of("trust.lock"); }

Error damaged(const FileSystem& files, std::string_view why) {
  return Error(Errc::invalid_data,
               fmt::format("{}/trust.json is damaged ({}); no workspace is trusted until it is "
                           "repaired or removed",
                           files.root(), why));
}

// The object "workspaces"; empty for an absent file.
Result<json::object> read_workspaces(FileSystem& files) {
  LOOP_TRY(const auto content, read_file_if_exists(files, trust_file(), kTrustBytesMax));
  if (!content) return json::object{};
  json::error_code error;
  json::value document = json::parse(content->bytes, error);
  if (error) return damaged(files, error.message());
  json::object* root = document.if_object();
  json::value* workspaces = root == nullptr ? nullptr : root->if_contains("workspaces");
  if (workspaces == nullptr || !workspaces->is_object()) {
    return damaged(files, "no object \"workspaces\"");
  }
  return std::move(workspaces->get_object());
}

Status write_workspaces(FileSystem& files, RandomSource& random, json::object workspaces) {
  json::object root;
  root["schema"] = 1;
  root["workspaces"] = std::move(workspaces);
  ReplaceOptions options;
  options.permissions = 0600;
  auto written = replace_file(files, random, trust_file(), json::serialize(root) + "\n", options);
  if (!written) return std::move(written).error();
  return {};
}

}  // namespace

TrustStore::TrustStore(FileSystem& operator_state, Clock& clock, RandomSource& random)
    : files_(operator_state), clock_(clock), random_(random) {}

Result<bool> TrustStore::is_trusted(const std::string& workspace_root,
                                    std::string_view config_text) {
  LOOP_TRY(const json::object workspaces, read_workspaces(files_));
  const json::value* entry = workspaces.if_contains(workspace_root);
  if (entry == nullptr) return false;
  const json::object* approval = entry->if_object();
  const json::value* hash = approval == nullptr ? nullptr : approval->if_contains("sha256");
  if (hash == nullptr || !hash->is_string()) {
    return damaged(files_, fmt::format("\"{}\" has no \"sha256\"", workspace_root));
  }
  return std::string_view(hash->get_string()) == sha256_hex(config_text);
}

Status TrustStore::trust(const std::string& workspace_root, std::string_view config_text) {
  LOOP_TRY(const auto lock, FileLock::acquire(files_, clock_, trust_lock()));
  LOOP_TRY(json::object workspaces, read_workspaces(files_));
  json::object approval;
  approval["sha256"] = sha256_hex(config_text);
  approval["approved"] = format_instant(clock_.now());
  workspaces[workspace_root] = std::move(approval);
  return write_workspaces(files_, random_, std::move(workspaces));
}

Status TrustStore::revoke(const std::string& workspace_root) {
  LOOP_TRY(const auto lock, FileLock::acquire(files_, clock_, trust_lock()));
  LOOP_TRY(json::object workspaces, read_workspaces(files_));
  if (workspaces.erase(workspace_root) == 0) return {};
  return write_workspaces(files_, random_, std::move(workspaces));
}

}  // namespace loop
