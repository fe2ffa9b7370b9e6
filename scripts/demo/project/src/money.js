/** Pence as people write them: 240 is "£2.40", 85 is "85p". */
export function formatPrice(pence) {
  if (pence < 100) {
    return `${pence}p`;
  }
  return `£${(pence / 100).toFixed(2)}`;
}
