/** A pair of bars, in cycles per second. */
interface Bar {
  readonly name: string
  readonly limit: number
  readonly sotto: number
}

/** Returns an SVG bar chart that compares the baseline with this server. */
export function chart(bars: readonly Bar[]): string {
  const max = Math.max(...bars.flatMap(({ limit, sotto }) => [limit, sotto]))
  const width = (value: number) => Math.round((value / max) * 360)
  const rows = bars.map(({ name, limit, sotto }, index) => {
    const y = 30 + index * 46
    return `<text x="0" y="${y + 20}">${name}</text>
<rect x="120" y="${y}" width="${width(limit)}" height="14" fill="#b9b4a6"/><text x="${126 + width(limit)}" y="${y + 11}">${Math.round(limit)}</text>
<rect x="120" y="${y + 16}" width="${width(sotto)}" height="14" fill="#2f5d50"/><text x="${126 + width(sotto)}" y="${y + 27}">${Math.round(sotto)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 ${40 + bars.length * 46}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="create and reveal cycles a second: the bare limit in grey, Sotto in green">
<text x="0" y="14" font-size="12">create + reveal cycles a second: the bare limit (grey), Sotto (green)</text>
${rows.join('\n')}
</svg>
`
}
