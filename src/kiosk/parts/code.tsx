/** A QR code (rows of `1` and `0`, quiet zone included) as one drawing. @param label what it leads to, for who cannot see it */
export function Code({ rows, label }: { rows: readonly string[]; label: string }) {
  const dark = rows.flatMap((row, y) =>
    [...row].flatMap((module, x) => (module === '1' ? [`M${x} ${y}h1v1h-1z`] : [])),
  );
  const side = rows.length;
  return (
    <svg class="code" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="code-light" width={side} height={side} />
      <path class="code-dark" d={dark.join('')} />
    </svg>
  );
}
