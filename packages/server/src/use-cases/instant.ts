/** Whether both engines read this instant as JavaScript writes it: years 1 to 9999. */
export function isStorableInstant(instant: Date): boolean {
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
