// SPDX-License-Identifier: MIT
// The names on the wire: methods, notifications and keys of `_meta`, each written once.
#pragma once

#include <string_view>

namespace mcp {

namespace method {
inline constexpr std::string_view kInitialize = "initialize";
inline constexpr std::string_view kPing = "ping";
inline constexpr std::string_view kDiscover = "server/discover";
inline constexpr std::string_view kListen = "subscriptions/listen";
inline constexpr std::string_view kSetLevel = "logging/setLevel";
inline constexpr std::string_view kToolsList = "tools/list";
inline constexpr std::string_view kToolsCall = "tools/call";
inline constexpr std::string_view kResourcesList = "resources/list";
inline constexpr std::string_view kTemplatesList = "resources/templates/list";
inline constexpr std::string_view kResourcesRead = "resources/read";
inline constexpr std::string_view kSubscribe = "resources/subscribe";
inline constexpr std::string_view kUnsubscribe = "resources/unsubscribe";
inline constexpr std::string_view kPromptsList = "prompts/list";
inline constexpr std::string_view kPromptsGet = "prompts/get";
inline constexpr std::string_view kComplete = "completion/complete";
// Of the extension for tasks.
inline constexpr std::string_view kTasksGet = "tasks/get";
inline constexpr std::string_view kTasksUpdate = "tasks/update";
inline constexpr std::string_view kTasksCancel = "tasks/cancel";
// Of the extension for skills.
inline constexpr std::string_view kSkillsList = "skills/list";
inline constexpr std::string_view kSkillsGet = "skills/get";
inline constexpr std::string_view kDirectoryRead = "resources/directory/read";
// What a server asks its client for.
inline constexpr std::string_view kSample = "sampling/createMessage";
inline constexpr std::string_view kElicit = "elicitation/create";
inline constexpr std::string_view kRootsList = "roots/list";
}  // namespace method

namespace notification {
inline constexpr std::string_view kInitialized = "notifications/initialized";
inline constexpr std::string_view kCancelled = "notifications/cancelled";
inline constexpr std::string_view kProgress = "notifications/progress";
inline constexpr std::string_view kMessage = "notifications/message";
inline constexpr std::string_view kRootsChanged = "notifications/roots/list_changed";
inline constexpr std::string_view kToolsChanged = "notifications/tools/list_changed";
inline constexpr std::string_view kPromptsChanged = "notifications/prompts/list_changed";
inline constexpr std::string_view kResourcesChanged = "notifications/resources/list_changed";
inline constexpr std::string_view kResourceUpdated = "notifications/resources/updated";
inline constexpr std::string_view kAcknowledged = "notifications/subscriptions/acknowledged";
inline constexpr std::string_view kTask = "notifications/tasks";
}  // namespace notification

namespace meta {
inline constexpr std::string_view kProtocolVersion = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kClientCapabilities =
    "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kClientInfo = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view kLogLevel = "io.modelcontextprotocol/logLevel";
inline constexpr std::string_view kServerInfo = "io.modelcontextprotocol/serverInfo";
inline constexpr std::string_view kSubscriptionId = "io.modelcontextprotocol/subscriptionId";
inline constexpr std::string_view kProgressToken = "progressToken";
}  // namespace meta

namespace extension {
inline constexpr std::string_view kTasks = "io.modelcontextprotocol/tasks";
inline constexpr std::string_view kSkills = "io.modelcontextprotocol/skills";
}  // namespace extension

}  // namespace mcp
