// SPDX-License-Identifier: MIT
// The operator's approvals of workspaces, bound to the hash of what was approved.
#pragma once

#include <string>
#include <string_view>

#include "loop/base/clock.h"
#include "loop/base/random.h"
#include "loop/store/file_system.h"

namespace loop {

// Kept outside of every workspace, in the operator's state directory, as `trust.json`: for each
// workspace root the SHA-256 of the approved .loop/config.toml (of the empty text when it had
// none). A workspace is trusted while that file is what was approved; trust also allows `shell`
// tasks.
class TrustStore {
 public:
  // `operator_state` is a FileSystem rooted at $XDG_STATE_HOME/loop.
  TrustStore(FileSystem& operator_state, Clock& clock, RandomSource& random);

  Result<bool> is_trusted(const std::string& workspace_root, std::string_view config_text);
  Status trust(const std::string& workspace_root, std::string_view config_text);
  Status revoke(const std::string& workspace_root);

 private:
  FileSystem& files_;
  Clock& clock_;
  RandomSource& random_;
};

}  // namespace loop
