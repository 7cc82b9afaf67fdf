export const listPrices = { models: [] as { example: string }[] };
