// Weights are whole thousandths of a jin; people write and read them in jin.

/** 0.12 → 120; undefined for what is no weight or has more than three decimals. */
export function milliOf(jin: string): number | undefined {
  const m = /^(\d+)(?:\.(\d{1,3}))?$/.exec(jin.replaceAll(',', '').trim())
  return m ? Number(m[1]) * 1000 + Number((m[2] ?? '').padEnd(3, '0')) : undefined
}

/** 120 → 0.12, 110000 → 110. */
export const jinText = (milli: number | undefined): string => ((milli ?? 0) / 1000).toLocaleString('zh-CN', { maximumFractionDigits: 3 })

/** What a sale brings and leaves, in fen: gross is rounded half up, as the server settles it. */
export function settled(milli: number, pricePerJin: number, costs: number): { gross: number; net: number } {
  const gross = Math.floor((milli * pricePerJin + 500) / 1000)
  return { gross, net: gross - costs }
}
