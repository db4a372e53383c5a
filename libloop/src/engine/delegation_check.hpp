// SPDX-License-Identifier: MIT
// Whether a task may be delegated: the rules, applied to what the journal and the folders say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/engine/engine.h"

namespace loop {

// What can be said of a request without looking at anything else.
Status check_form(const DelegationRequest& request);

// One request against the run that makes it and the runs above that. Called under the dispatch
// lock, after the runs have been settled.
class DelegationCheck {
 public:
  DelegationCheck(const EngineContext& context, const Config& config, const History& history,
                  const DelegationRequest& request, Instant now)
      : context_(context), config_(config), history_(history), request_(request), now_(now) {}

  // Every run of the path is at work, there is a level left, the tree is not too large, and the
  // task is not on the path already. The others below need this one first.
  Status check_caller(const ModeSlug& mode);

  // Whether delegations to this mode rest after an escalation.
  Status check_rest(const ModeSlug& mode) const;

  Result<Duration> find_time() const;
  // The one asked for; empty for the configured one; the parent's where none is configured.
  Result<std::string> find_agent() const;
  int depth() const { return depth_; }
  std::optional<RunId> parent() const;

 private:
  Result<std::optional<RunIntent>> intent_of(const RunId& run) const;
  Status check_at_work(const RunSummary& run) const;
  Status check_other_task(const RunSummary& run, const ModeSlug& mode) const;

  const EngineContext& context_;
  const Config& config_;
  const History& history_;
  const DelegationRequest& request_;
  Instant now_;
  std::vector<RunSummary> path_;  // from the caller up to the root
  int depth_ = 1;
};

}  // namespace loop
