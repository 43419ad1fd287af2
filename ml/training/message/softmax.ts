/** A linear model of three classes (normal, spam, smishing) over sparse rows, fitted by AdaGrad. */

/** A row as the fit reads it. */
export interface TrainingRow {
  rows: Uint32Array;
  values: Float32Array;
  /** 0 normal, 1 spam, 2 smishing */
  label: 0 | 1 | 2;
  /** how much it counts */
  weight: number;
}

export interface LinearModel {
  /** log odds against `normal`: of spam, of smishing */
  weights: [Float32Array, Float32Array];
  bias: [number, number];
}

export interface FitOptions {
  size: number;
  passes: number;
  rate: number;
  /** L2, on the weights of a row */
  decay: number;
  seed: number;
}

/** Small, fast and seeded (mulberry32), so that a fit can be repeated. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}

/** Probabilities of normal, spam and smishing from the two log odds. */
export function toProbabilities(spam: number, smishing: number): [number, number, number] {
  const top = Math.max(0, spam, smishing);
  const parts = [Math.exp(-top), Math.exp(spam - top), Math.exp(smishing - top)] as const;
  const sum = parts[0] + parts[1] + parts[2];
  return [parts[0] / sum, parts[1] / sum, parts[2] / sum];
}

export function scoreRow(model: LinearModel, row: Pick<TrainingRow, 'rows' | 'values'>): [number, number] {
  let spam = model.bias[0];
  let smishing = model.bias[1];
  for (let i = 0; i < row.rows.length; i++) {
    spam += model.weights[0][row.rows[i]!]! * row.values[i]!;
    smishing += model.weights[1][row.rows[i]!]! * row.values[i]!;
  }
  return [spam, smishing];
}

/** Fits the model; the same rows, options and seed give the same weights. */
export function fitSoftmax(data: readonly TrainingRow[], options: FitOptions): LinearModel {
  const { size, passes, rate, decay } = options;
  const weights: [Float32Array, Float32Array] = [new Float32Array(size), new Float32Array(size)];
  const squares = [new Float32Array(size).fill(1e-6), new Float32Array(size).fill(1e-6)] as const;
  const bias: [number, number] = [0, 0];
  const model: LinearModel = { weights, bias };
  const random = makeRandom(options.seed);
  const order = Uint32Array.from(data.keys());
  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, random);
    const step = rate * (1 - pass / (passes + 1));
    for (const at of order) {
      const row = data[at]!;
      const odds = scoreRow(model, row);
      const probabilities = toProbabilities(...odds);
      for (const k of [0, 1] as const) {
        const gradient = (probabilities[k + 1]! - (row.label === k + 1 ? 1 : 0)) * row.weight;
        bias[k] -= 0.02 * step * gradient;
        const own = weights[k];
        const square = squares[k];
        for (let i = 0; i < row.rows.length; i++) {
          const j = row.rows[i]!;
          const g = gradient * row.values[i]! + decay * own[j]!;
          square[j]! += g * g;
          own[j]! -= (step * g) / Math.sqrt(square[j]!);
        }
      }
    }
  }
  return model;
}
