/** Less than 1 only shows that a benchmark runs: fewer items, one round, and nothing is written. */
export const SCALE = Number(process.env.BENCH_SCALE ?? 1);

export const isWhole = SCALE === 1;

export const sized = (count: number) => Math.ceil(count * SCALE);

export const rounds = (count: number) => (isWhole ? Number(process.env.BENCH_ROUNDS ?? count) : 1);
