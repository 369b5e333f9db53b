const SECONDS_IN_30_DAYS = 30 * 24 * 60 * 60;

/** `99.9 %` leaves `43 m 12 s` in 30 days. Null for a text that states no availability. */
export function downtimeBudget(target: string): string | null {
  const percent = /(?<![\d.,])(9\d(?:[.,]\d{1,4})?)\s?%/u.exec(target)?.[1];
  if (percent === undefined) return null;
  // In whole ten-thousandths of a percent, because 100 - 99.9 is not 0.1 in binary.
  const missing = 1_000_000 - Math.round(Number(percent.replace(',', '.')) * 10_000);
  const seconds = Math.round((SECONDS_IN_30_DAYS * missing) / 1_000_000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} m` : '',
    `${seconds % 60} s`,
  ];
  return parts.filter((part) => part !== '' && part !== '0 s').join(' ') || '0 s';
}
