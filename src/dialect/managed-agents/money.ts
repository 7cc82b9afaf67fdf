/** An amount in cents, as a whole number in digits. */
export interface Money {
  amount: string;
  currency: 'USD';
}

export function toUsd({ amount }: Money): number {
  return Number(amount) / 100;
}

export function toMoney(usd: number): Money {
  return { amount: String(Math.round(usd * 100)), currency: 'USD' };
}
