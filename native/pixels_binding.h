#pragma once
#include <node_api.h>

namespace menshen {

/// Adds the pixel functions as declared in src/addon/pixel-functions.ts; throws EngineRefusal.
void definePixelFunctions(napi_env env, napi_value exports);

}  // namespace menshen
