#pragma once
#include <node_api.h>

namespace menshen {

/// Adds the function declared in src/addon/projection.ts; throws EngineRefusal.
void defineProjectionFunction(napi_env env, napi_value exports);

}  // namespace menshen
