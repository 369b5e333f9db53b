/** How numbers are written in each language. Renderers never format a number by themselves. */
export interface NumberStyle {
  /** Whole numbers with digit groups: 10,000 in English, 10.000 in Vietnamese. */
  count(value: number): string;
  /** US dollars, two digits after the point; cheaper than a cent is said in words of the currency. */
  dollars(value: number): string;
}

export function numberStyle(locale: 'en-US' | 'vi-VN'): NumberStyle {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const cents = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return {
    count: (value) => whole.format(value),
    dollars: (value) =>
      value > 0 && value < 0.01 ? `< $${cents.format(0.01)}` : `$${cents.format(value)}`,
  };
}
