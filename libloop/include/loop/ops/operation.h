// SPDX-License-Identifier: MIT
// An operation: what an agent or a person can ask of a workspace, described once and called by
// every front-end in the same way.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "loop/engine/engine.h"
#include "loop/ops/field_info.h"

namespace loop {

class SpareThreads;
class OperationMeter;
class TimeLedger;

// The run on whose behalf an operation is called, as its environment says; empty for a person.
struct OperationCaller {
  std::optional<RunId> run;
  int depth = 0;  // of that run in its tree
  std::optional<Instant> deadline;
};

// What an operation works with. Borrowed; must outlive the call. Operations keep nothing between
// calls, so several threads may call at once as long as each has its own context over thread-safe
// services.
struct OperationContext {
  EngineContext services;
  const EngineOptions& engine;
  TimeLedger& time;  // of the same files; kept, so that calls at once are synced together
  OperationCaller caller{};
  // Why the configuration could not be used; `engine` has the built-in values then.
  std::optional<Error> configuration_problem{};
  OperationMeter* meter = nullptr;        // calls are counted there
  SpareThreads* spare_threads = nullptr;  // without them a call uses the caller's thread only
  // May be asked by several threads at once where there are spare threads.
  std::function<bool()> is_cancelled{};
  // `total` is 0 when it is not known.
  std::function<void(std::uint64_t done, std::uint64_t total, std::string_view what)> on_progress{};

  Instant now() const { return services.clock.now(); }
  // `cancelled` when the caller gave up; long operations ask often.
  Status check_cancelled() const;
  void report(std::uint64_t done, std::uint64_t total, std::string_view what) const {
    if (on_progress) on_progress(done, total, what);
  }
};

// What a client may assume of a call: the annotations of the protocol.
struct OperationHints {
  bool is_read_only = false;
  bool is_destructive = false;  // may overwrite or remove; only where not read-only
  bool is_idempotent = false;   // a repeated call changes nothing more
  bool is_open_world = false;   // starts programs that may reach anything
  bool is_quick = false;        // looks at a file or two and never waits for locks or processes
};

enum class OperationGroup { orchestrator, files, development, runs };
std::string_view to_string(OperationGroup group) noexcept;

struct OperationInfo {
  std::string_view name;     // "track_task_time"
  std::string_view title;    // "Track the time of a task"
  std::string_view meaning;  // a paragraph for the agent that chooses among tools
  OperationGroup group = OperationGroup::orchestrator;
  OperationHints hints{};
};

class Operation {
 public:
  virtual ~Operation() = default;
  virtual const OperationInfo& info() const = 0;
  virtual std::vector<FieldInfo> request_fields() const = 0;
  virtual std::vector<FieldInfo> answer_fields() const = 0;
  // Whether the arguments would be accepted, as far as their form goes. Runs nothing.
  virtual Status check(const boost::json::object& arguments) const = 0;
  // Decodes strictly (unknown, missing and wrong arguments are invalid_argument, naming the path,
  // what was given and what is allowed; nothing has run then), runs, and gives the answer with
  // `success` and `timestamp`.
  virtual Result<boost::json::object> call(const OperationContext& context,
                                           const boost::json::object& arguments) const = 0;
};

// Every operation, in the order in which clients see them.
std::span<const Operation* const> operations();
const Operation* find_operation(std::string_view name);
// not_found with a suggestion.
Result<const Operation*> require_operation(std::string_view name);

// JSON Schema 2020-12 of a request or an answer. Compact is for the list of all tools, which every
// client reads: a request's schema accepts and refuses the same, with the meanings of those fields
// only that need one; of an answer it says that it is an object.
enum class SchemaDetail { whole, compact };
boost::json::object input_schema(const Operation& operation, SchemaDetail detail);
boost::json::object output_schema(const Operation& operation, SchemaDetail detail);

// The call with its time and outcome counted in the context's meter. The front-ends call this.
Result<boost::json::object> call_operation(const OperationContext& context,
                                           const Operation& operation,
                                           const boost::json::object& arguments);

// {success: false, error, code, hint?}: what a refused call answers.
boost::json::object failure_answer(const Error& error);
// The stable word of an error for clients: that of the Errc, but `io_error` for `io` and `conflict`
// for `already_exists`.
std::string_view operation_code(Errc code) noexcept;

// Arguments from text; invalid_argument with the place of the first fault, or for no object.
Result<boost::json::object> parse_arguments(std::string_view json);

}  // namespace loop
