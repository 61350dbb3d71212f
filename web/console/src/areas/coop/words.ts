export const seasons: Record<string, string> = { spring: '春茬', autumn: '秋茬' }
