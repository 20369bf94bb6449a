// Formats dates and times.
const DAY = { day: 'numeric', month: 'short', year: 'numeric' };
const TIME = { hour: 'numeric', minute: '2-digit' };

export const day = (moment) => new Date(moment).toLocaleDateString('en-GB', DAY);

export const exactly = (moment) => `${day(moment)}, ${new Date(moment).toLocaleTimeString('en-GB', TIME)}`;

/** Today as a time, every other day as a date. */
export function lately(moment) {
  const then = new Date(moment);
  const isToday = then.toDateString() === new Date().toDateString();
  return isToday ? `today at ${then.toLocaleTimeString('en-GB', TIME)}` : `on ${day(moment)}`;
}
