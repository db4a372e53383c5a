// SPDX-License-Identifier: MIT
// Calling operations, and what a refused call answers.
#include "loop/ops/operation.h"

#include "loop/base/text.h"
#include "loop/ops/operation_meter.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace loop {

std::string_view to_string(OperationGroup group) noexcept {
  switch (group) {
    case OperationGroup::orchestrator: return "orchestrator";
    case OperationGroup::files: return "files";
    case OperationGroup::development: return "development";
    case OperationGroup::runs: return "runs";
  }
  return "";
}

Status OperationContext::check_cancelled() const {
  if (!is_cancelled || !is_cancelled()) return {};
  return Error(Errc::cancelled, "the caller cancelled the request");
}

Result<boost::json::object> call_operation(const OperationContext& context,
                                           const Operation& operation,
                                           const boost::json::object& arguments) {
  const auto started = context.services.clock.stopwatch();
  auto answer = operation.call(context, arguments);
  if (context.meter) {
    context.meter->add(operation.info().name, context.services.clock.stopwatch() - started,
                       answer.has_value());
  }
  return answer;
}

std::string_view operation_code(Errc code) noexcept {
  if (code == Errc::io) return "io_error";
  if (code == Errc::already_exists) return "conflict";
  return to_string(code);
}

namespace {

// What the caller may do about it; empty where the message says it all.
std::string_view hint_for(Errc code) {
  switch (code) {
    case Errc::conflict: return "read the present state and try again";
    case Errc::locked: return "another process is writing; try again in a second";
    case Errc::not_trusted: return "the operator has to run `loopctl trust`";
    case Errc::no_space:
    case Errc::read_only: return "nothing was written";
    case Errc::invalid_argument:
    case Errc::invalid_data:
    case Errc::not_found:
    case Errc::already_exists:
    case Errc::outside_root:
    case Errc::too_large:
    case Errc::limit_reached:
    case Errc::unsupported:
    case Errc::timed_out:
    case Errc::cancelled:
    case Errc::io: return "";
  }
  return "";
}

}  // namespace

boost::json::object failure_answer(const Error& error) {
  boost::json::object answer{{"success", false},
                             {"error", to_valid_utf8(error.message())},
                             {"code", operation_code(error.code())}};
  const std::string_view hint = hint_for(error.code());
  if (!hint.empty()) answer["hint"] = hint;
  return answer;
}

Result<boost::json::object> parse_arguments(std::string_view json) {
  boost::json::error_code failure;
  const boost::json::value value = boost::json::parse(json, failure);
  if (failure) {
    return Error(Errc::invalid_argument,
                 fmt::format("the arguments are no JSON: {}", failure.message()));
  }
  if (!value.is_object()) {
    return Error(Errc::invalid_argument,
                 "the arguments have to be one JSON object, like {\"limit\": 10}");
  }
  return value.get_object();
}

}  // namespace loop
