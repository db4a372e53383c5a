// SPDX-License-Identifier: MIT
// Makes an Operation of its info, its function and the descriptions of its two structs.
#pragma once

#include <utility>

#include "loop/ops/operation.h"
#include "ops/field_decoder.hpp"
#include "ops/field_lister.hpp"

namespace loop::ops {

// An answer may say that what was asked for did not succeed (a validation with findings).
template <class Answer>
bool is_success(const Answer& answer) {
  if constexpr (requires {
                  { answer.is_success } -> std::convertible_to<bool>;
                }) {
    return answer.is_success;
  } else {
    return true;
  }
}

template <class Answer>
boost::json::object answer_json(const OperationContext& context, const Answer& answer) {
  boost::json::object json{{"success", is_success(answer)},
                           {"timestamp", format_instant(context.now())}};
  boost::json::object fields = encode(answer);
  for (auto& member : fields) json[member.key()] = std::move(member.value());
  return json;
}

template <class Request, class Answer>
class DescribedOperation final : public Operation {
 public:
  using Function = Result<Answer> (*)(const OperationContext&, const Request&);

  DescribedOperation(const OperationInfo& info, Function function)
      : info_(info), function_(function) {}

  const OperationInfo& info() const override { return info_; }
  std::vector<FieldInfo> request_fields() const override { return list_fields<Request>(); }
  std::vector<FieldInfo> answer_fields() const override { return list_fields<Answer>(); }

  Status check(const boost::json::object& arguments) const override {
    Request request;
    return decode(arguments, "", request);
  }

  Result<boost::json::object> call(const OperationContext& context,
                                   const boost::json::object& arguments) const override {
    Request request;
    LOOP_TRY_VOID(decode(arguments, "", request));
    LOOP_TRY(const Answer answer, function_(context, request));
    return answer_json(context, answer);
  }

 private:
  OperationInfo info_;
  Function function_;
};

}  // namespace loop::ops

// At the end of an operation's file: LOOP_DEFINE_OPERATION(search_in_files, kInfo).
#define LOOP_DEFINE_OPERATION(name, info)                           \
  namespace loop::ops {                                             \
  const Operation& name##_operation() {                             \
    static const DescribedOperation operation{info, &::loop::name}; \
    return operation;                                               \
  }                                                                 \
  }
