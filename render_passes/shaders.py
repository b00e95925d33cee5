"""The GLSL of the drawing: one geometry program, one for shadows, two full-screen programs.

Everything is lit after the geometry is drawn (deferred), so that hidden surfaces cost no light and all
pictures of a frame come from the same depth, normals and ids.
"""

from __future__ import annotations

import atexit
import functools
from collections.abc import Callable

import gpu

__all__ = ["copy_shadow_program", "finish_program", "geometry_program", "shade_program", "shadow_program"]

# The last row of an affine matrix is always 0 0 0 1. It carries the ids, which keeps everything a
# draw call needs within the 128 bytes of push constants every driver has.
_IDS = """
mat4 affine(mat4 m) { m[0].w = 0.0; m[1].w = 0.0; m[2].w = 0.0; m[3].w = 1.0; return m; }
"""

_GEOMETRY_VERTEX = (
    _IDS
    + """
void main()
{
  mat4 mv = affine(modelview);
  vec4 viewed = mv * vec4(pos, 1.0);
  view_pos = viewed.xyz;
  /* The cofactor matrix takes normals through any scale, mirrored ones too. */
  vec3 a = mv[0].xyz, b = mv[1].xyz, c = mv[2].xyz;
  view_normal = mat3(cross(b, c), cross(c, a), cross(a, b)) * nor;
  gl_Position = camera.projection * viewed;
FLOW_VERTEX
}
"""
)
_GEOMETRY_FRAGMENT = """
void main()
{
  /* Flat faces have no normals of their own: the surface's slope over the pixel is theirs. */
  vec3 normal = modelview[2].w > 0.5 ? normalize(cross(dFdx(view_pos), dFdy(view_pos))) : normalize(view_normal);
  /* A surface seen from behind shows its other side. */
  vec3 eye = camera.flags.x > 0.5 ? -view_pos : vec3(0.0, 0.0, 1.0);
  if (dot(normal, eye) < 0.0) { normal = -normal; }
  out_depth = -view_pos.z;
  /* A half float counts to 2048; telling neighbours apart needs no more. */
  out_normal = vec4(normal, mod(modelview[1].w, 2048.0));
  out_ids = vec2(modelview[0].w, modelview[1].w);
FLOW_FRAGMENT
}
"""
_FLOW_VERTEX = """
  clip_now = gl_Position;
  /* Step by step as above: what stands still moves exactly nothing. */
  clip_before = camera.old_projection * (affine(before) * vec4(OLD, 1.0));
"""
_FLOW_FRAGMENT = """
  vec2 now = clip_now.xy / clip_now.w, then = clip_before.xy / clip_before.w;
  out_flow = (now - then) * 0.5 * camera.size.xy;
"""

_SHADOW_VERTEX = (
    _IDS
    + """
void main()
{
  gl_Position = affine(modelview) * vec4(pos, 1.0);
  light_depth = gl_Position.z;
}
"""
)
_SHADOW_FRAGMENT = "void main() { out_light = vec2(light_depth, modelview[0].w); }"

_COPY_SHADOW = """
void main()
{
  vec2 seen = texelFetch(light_map, ivec2(gl_FragCoord.xy), 0).xy;
  out_light = vec4(seen, 0.0, 0.0);
  gl_FragDepth = clamp(seen.x * 0.5 + 0.5, 0.0, 1.0);
}
"""

_SCREEN_VERTEX = "void main() { uv = pos * 0.5 + 0.5; gl_Position = vec4(pos, 0.0, 1.0); }"

# View position from planar depth and pixel: the inverse of the projection's x and y rows.
_COMMON = """
vec3 position(vec2 at, float depth)
{
  vec2 ndc = at * 2.0 - 1.0;
  if (camera.flags.x > 0.5) {
    return vec3((ndc + camera.unproject.zw) * camera.unproject.xy * depth, -depth);
  }
  return vec3((ndc - camera.unproject.zw) * camera.unproject.xy, -depth);
}
"""

_SHADE = (
    _COMMON
    + """
#define CAST(i, j) texelFetch(light_map, ivec2(i, j), 0).x

float lit(vec3 place, vec3 normal)
{
  float facing = dot(normal, camera.key.xyz);
  if (facing <= 0.0) { return 0.0; }
  /* Move off the surface by a texel of the map, more where light grazes it, against self-shadowing. */
  vec3 from = place + normal * (camera.shadow.x * (1.0 + 2.0 * (1.0 - facing)));
  vec4 seen = camera.light * vec4(from, 1.0);
  vec2 at = seen.xy * 0.5 + 0.5;
  if (any(lessThan(at, vec2(0.0))) || any(greaterThan(at, vec2(1.0)))) { return facing; }
  vec2 texel = at * camera.shadow.y - 0.5;
  vec2 part = fract(texel);
  ivec2 last = ivec2(int(camera.shadow.y) - 1);
  ivec2 at0 = clamp(ivec2(floor(texel)), ivec2(0), last);
  ivec2 at1 = min(at0 + 1, last), at2 = min(at0 + 2, last);
  float limit = seen.z - camera.shadow.z;
  vec3 row0 = step(limit, vec3(CAST(at0.x, at0.y), CAST(at1.x, at0.y), CAST(at2.x, at0.y)));
  vec3 row1 = step(limit, vec3(CAST(at0.x, at1.y), CAST(at1.x, at1.y), CAST(at2.x, at1.y)));
  vec3 row2 = step(limit, vec3(CAST(at0.x, at2.y), CAST(at1.x, at2.y), CAST(at2.x, at2.y)));
  /* Two by two bilinear samples over three by three texels: an edge two texels soft. */
  vec3 column = mix(row0, row1, part.y) + mix(row1, row2, part.y);
  vec2 both = mix(column.xy, column.yz, part.x);
  return facing * (both.x + both.y) * 0.25;
}

float openness(ivec2 pixel, vec3 place, vec3 normal)
{
  /* Soft ambient: how much of five neighbours, at a fixed distance in the world, stands in front. */
  float radius = camera.ambient.x / max(camera.flags.x > 0.5 ? -place.z : 1.0, 1e-4);
  vec2 reach = radius * camera.size.xy * 0.5 / camera.unproject.xy;
  reach = clamp(reach, vec2(2.0), vec2(48.0));
  float closed = 0.0;
  ivec2 limit = ivec2(camera.size.xy) - 1;
  for (int i = 0; i < 5; i++) {
    float angle = 1.2566371 * float(i) + 0.6283185;
    float far = (i % 2 == 0) ? 1.0 : 0.45;
    ivec2 at = clamp(pixel + ivec2(vec2(cos(angle), sin(angle)) * reach * far), ivec2(0), limit);
    float depth = texelFetch(depth_map, at, 0).x;
    if (depth <= 0.0) { continue; }
    vec3 to = position((vec2(at) + 0.5) / camera.size.xy, depth) - place;
    float distance = length(to);
    float rises = dot(to, normal) / max(distance, 1e-5);
    closed += clamp(rises - 0.12, 0.0, 1.0) * clamp(2.0 - distance / camera.ambient.x, 0.0, 1.0);
  }
  return clamp(1.0 - camera.ambient.y * closed / 5.0, 0.0, 1.0);
}

float line_to(ivec2 at, float depth, vec4 normal, vec3 place)
{
  float other = texelFetch(depth_map, at, 0).x;
  vec4 there = texelFetch(normal_map, at, 0);
  if (other <= 0.0 || depth <= 0.0) { return other <= 0.0 && depth > 0.0 ? 1.0 : 0.0; }
  vec3 to = position((vec2(at) + 0.5) / camera.size.xy, other) - place;
  float off = abs(dot(to, normal.xyz)) / max(depth, 1e-5);
  float crease = 0.8 * smoothstep(0.25, 0.6, 1.0 - dot(normal.xyz, there.xyz));
  /* Steps and borders are drawn on the nearer side only, so that a line is one pixel wide. */
  float leap = other > depth ? smoothstep(0.012, 0.03, off) : 0.0;
  float border = there.w != normal.w && other >= depth ? 1.0 : 0.0;
  return max(max(crease, leap), border);
}

float edge(ivec2 pixel, float depth, vec4 normal, vec3 place)
{
  /* A line where depth leaves the surface's own plane, where normals break, or where assets change. */
  ivec2 low = max(pixel - 1, ivec2(0)), high = min(pixel + 1, ivec2(camera.size.xy) - 1);
  float across = max(line_to(ivec2(low.x, pixel.y), depth, normal, place),
                     line_to(ivec2(high.x, pixel.y), depth, normal, place));
  float up = max(line_to(ivec2(pixel.x, low.y), depth, normal, place),
                 line_to(ivec2(pixel.x, high.y), depth, normal, place));
  return max(across, up);
}

vec3 empty_ground(ivec2 pixel)
{
  /* Where a scene has no floor, shadows fall on a plane that is nothing but them: it has the background's grey. */
  vec3 grey = camera.background.rgb;
  if (camera.ground.z < 0.5) { return grey; }
  vec3 from = camera.flags.x > 0.5 ? vec3(0.0) : position(uv, 0.0);
  vec3 towards = camera.flags.x > 0.5 ? position(uv, 1.0) : vec3(0.0, 0.0, -1.0);
  float along = (camera.ground.x - dot(camera.up.xyz, from)) / dot(camera.up.xyz, towards);
  if (!(along > 0.0)) { return grey; }
  vec3 place = from + towards * along;
  float fade = 1.0 - smoothstep(0.5, 1.0, length(place - camera.middle.xyz) / camera.ground.y);
  if (fade <= 0.0) { return grey; }
  float facing = max(dot(camera.up.xyz, camera.key.xyz), 1e-3);
  float open = mix(0.62, 1.0, lit(place, camera.up.xyz) / facing) * openness(pixel, place, camera.up.xyz);
  return grey * mix(1.0, open, fade);
}

void main()
{
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  float depth = texelFetch(depth_map, pixel, 0).x;
  vec2 id = texelFetch(id_map, pixel, 0).xy;
  vec4 facing = texelFetch(normal_map, pixel, 0);
  vec3 normal = facing.xyz;
  vec3 place = position(uv, depth);
  float drawn = edge(pixel, depth, facing, place);
  if (depth <= 0.0) {
    out_shade = vec4(empty_ground(pixel), drawn);
    out_normal = vec4(0.5, 0.5, 1.0, 0.0);
    out_mask = vec4(0.0);
    return;
  }
  float sky = 0.5 + 0.5 * dot(normal, camera.up.xyz);
  float ambient = mix(camera.ambient.z, camera.ambient.w, sky) * openness(pixel, place, normal);
  vec3 base = texelFetch(colour_map, ivec2(int(id.x), 0), 0).rgb;
  out_mask = vec4(texelFetch(colour_map, ivec2(int(id.y), 1), 0).rgb, 1.0);
  vec3 light = base * (ambient + camera.key.w * lit(place, normal));
  out_shade = vec4(pow(min(light, vec3(1.0)), vec3(1.0 / 2.2)), drawn);
  out_normal = vec4(normal * 0.5 + 0.5, 1.0);
}
"""
)

# Edges of surfaces are smoothed along their own direction, found from the brightness around the pixel
# (the idea of T. Lottes, "FXAA", 2009; the code is ours).
_FINISH = """
#define AT(i, j) texelFetch(shade_map, clamp(pixel + ivec2(i, j), ivec2(0), last), 0)

float bright(vec4 c) { return dot(c.rgb, vec3(0.299, 0.587, 0.114)); }

void main()
{
  ivec2 pixel = ivec2(gl_FragCoord.xy), last = ivec2(camera.size.xy) - 1;
  vec4 centre = AT(0, 0), north = AT(0, 1), south = AT(0, -1), east = AT(1, 0), west = AT(-1, 0);
  /* Brightness between this pixel and its diagonal neighbours, from the four beside it. */
  float m = bright(centre), n = bright(north), s = bright(south), e = bright(east), w = bright(west);
  float nw = (m + n + w) / 3.0, ne = (m + n + e) / 3.0, sw = (m + s + w) / 3.0, se = (m + s + e) / 3.0;
  float low = min(m, min(min(n, s), min(e, w)));
  float high = max(m, max(max(n, s), max(e, w)));
  vec3 colour = centre.rgb;
  if (high - low > 0.03) {
    vec2 along = vec2((sw + se) - (nw + ne), (nw + sw) - (ne + se));
    along /= max(min(abs(along.x), abs(along.y)) + 0.02, 1e-4);
    along = clamp(along, vec2(-6.0), vec2(6.0)) / camera.size.xy;
    vec3 near = 0.5 * (texture(shade_map, uv - along / 6.0).rgb + texture(shade_map, uv + along / 6.0).rgb);
    vec3 ends = texture(shade_map, uv - along * 0.5).rgb + texture(shade_map, uv + along * 0.5).rgb;
    vec3 wide = 0.5 * near + 0.25 * ends;
    float tone = dot(wide, vec3(0.299, 0.587, 0.114));
    colour = (tone < low || tone > high) ? near : wide;
  }
  /* Lines: a small tent over the neighbours makes the stairs soft without making them wide. */
  float line = 0.5 * centre.a + 0.125 * (north.a + south.a + east.a + west.a);
  out_final = vec4(colour, clamp(line * 1.35, 0.0, 1.0));
  out_line = vec4(out_final.a);
}
"""

CAMERA_STRUCT = """
struct Camera {
  mat4 projection;
  mat4 old_projection;  /* of the frame before */
  mat4 light;       /* view space to the light's clip space */
  vec4 unproject;   /* scale x, scale y, offset x, offset y */
  vec4 key;         /* towards the light in view space; strength */
  vec4 up;          /* the world's up in view space */
  vec4 background;
  vec4 ambient;     /* reach in metres, strength, ground, sky */
  vec4 shadow;      /* offset in metres, map size, bias */
  vec4 size;        /* width, height */
  vec4 flags;       /* perspective */
  vec4 ground;      /* height over the eye along up, reach in metres, whether there is one */
  vec4 middle;      /* what the ground's reach is measured from, in view space */
};
"""


_programs: dict[tuple[object, ...], gpu.types.GPUShader] = {}


def _kept(make: Callable[..., gpu.types.GPUShader]) -> Callable[..., gpu.types.GPUShader]:
    """Compile once a process: compiling costs as much as drawing several frames."""

    @functools.wraps(make)
    def program(*arguments: str) -> gpu.types.GPUShader:
        key = (make.__name__, *arguments)
        if key not in _programs:
            _programs[key] = make(*arguments)
        return _programs[key]

    return program


# They have to go before Blender takes the graphics down.
atexit.register(_programs.clear)


def _info(vertex_inputs: tuple[tuple[str, str], ...]) -> gpu.types.GPUShaderCreateInfo:
    info = gpu.types.GPUShaderCreateInfo()
    info.typedef_source(CAMERA_STRUCT)
    info.uniform_buf(0, "Camera", "camera")
    for slot, (kind, name) in enumerate(vertex_inputs):
        info.vertex_in(slot, kind, name)
    return info


@_kept
def geometry_program(flow: str = "") -> gpu.types.GPUShader:
    """Depth, normal and ids of the nearest surface; with `flow` also its motion in pixels.

    `flow` is empty, `rigid` (only the matrix moved) or `deforming` (a third attribute `old` has the
    positions of the frame before).
    """
    inputs = (("VEC3", "pos"), ("VEC3", "nor")) + ((("VEC3", "old"),) if flow == "deforming" else ())
    info = _info(inputs)
    info.push_constant("MAT4", "modelview")
    stage = gpu.types.GPUStageInterfaceInfo(f"shotwright_geometry{flow}")
    stage.smooth("VEC3", "view_pos")
    stage.smooth("VEC3", "view_normal")
    outputs = [("FLOAT", "out_depth"), ("VEC4", "out_normal"), ("VEC2", "out_ids")]
    vertex, fragment = _GEOMETRY_VERTEX, _GEOMETRY_FRAGMENT
    if flow:
        info.push_constant("MAT4", "before")
        stage.smooth("VEC4", "clip_now")
        stage.smooth("VEC4", "clip_before")
        outputs.append(("VEC2", "out_flow"))
    vertex = vertex.replace("FLOW_VERTEX", _FLOW_VERTEX if flow else "")
    vertex = vertex.replace("OLD", "old" if flow == "deforming" else "pos")
    fragment = fragment.replace("FLOW_FRAGMENT", _FLOW_FRAGMENT if flow else "")
    info.vertex_out(stage)
    for slot, (kind, name) in enumerate(outputs):
        info.fragment_out(slot, kind, name)
    info.vertex_source(vertex)
    info.fragment_source(fragment)
    return gpu.shader.create_from_info(info)


@_kept
def shadow_program() -> gpu.types.GPUShader:
    """Distance from the light and object id of what the light meets first."""
    info = _info((("VEC3", "pos"), ("VEC3", "nor")))
    info.push_constant("MAT4", "modelview")
    stage = gpu.types.GPUStageInterfaceInfo("shotwright_shadow")
    stage.smooth("FLOAT", "light_depth")
    info.vertex_out(stage)
    info.fragment_out(0, "VEC2", "out_light")
    info.vertex_source(_SHADOW_VERTEX)
    info.fragment_source(_SHADOW_FRAGMENT)
    return gpu.shader.create_from_info(info)


def _screen_program(
    name: str, fragment: str, samplers: tuple[str, ...], outputs: tuple[str, ...], depth: bool = False
) -> gpu.types.GPUShader:
    info = _info((("VEC2", "pos"),))
    if depth:
        info.depth_write("ANY")
    for slot, sampler in enumerate(samplers):
        info.sampler(slot, "FLOAT_2D", sampler)
    stage = gpu.types.GPUStageInterfaceInfo(f"shotwright_{name}")
    stage.smooth("VEC2", "uv")
    info.vertex_out(stage)
    for slot, output in enumerate(outputs):
        info.fragment_out(slot, "VEC4", output)
    info.vertex_source(_SCREEN_VERTEX)
    info.fragment_source(fragment)
    return gpu.shader.create_from_info(info)


@_kept
def copy_shadow_program() -> gpu.types.GPUShader:
    """Puts a finished shadow map, depth too, into another one to draw on."""
    return _screen_program("copy_shadow", _COPY_SHADOW, ("light_map",), ("out_light",), depth=True)


@_kept
def shade_program() -> gpu.types.GPUShader:
    """Clay with lines, normals as a picture, and assets in flat colours, from depth, normals and ids."""
    samplers = ("depth_map", "normal_map", "id_map", "light_map", "colour_map")
    return _screen_program("shade", _SHADE, samplers, ("out_shade", "out_normal", "out_mask"))


@_kept
def finish_program() -> gpu.types.GPUShader:
    """Clay and lines with smooth edges."""
    return _screen_program("finish", _FINISH, ("shade_map",), ("out_final", "out_line"))
