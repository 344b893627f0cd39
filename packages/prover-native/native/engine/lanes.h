// The lanes that this build of the engine computes with.
#pragma once
#include "../lanes/PointLanes.h"
#if VERIMESH_USE_IFMA
#include "../lanes/EightLanes.h"
#endif

namespace verimesh {

#if VERIMESH_USE_IFMA
using ScalarLanes = EightLanes<ScalarModulus>;
using BaseLanes = EightLanes<BaseModulus>;
constexpr const char* ENGINE_NAME = "ifma";
#elif VERIMESH_USE_ADX
using ScalarLanes = OneLane<ScalarModulus>;
using BaseLanes = OneLane<BaseModulus>;
constexpr const char* ENGINE_NAME = "adx";
#else
using ScalarLanes = OneLane<ScalarModulus>;
using BaseLanes = OneLane<BaseModulus>;
constexpr const char* ENGINE_NAME = "portable";
#endif

using G1Lanes = PointLanes<BaseLanes, 1>;
using G2Lanes = PointLanes<BaseLanes, 2>;

}  // namespace verimesh
