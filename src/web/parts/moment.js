// When something was, as people say it.
const DAY = { day: 'numeric', month: 'short', year: 'numeric' };
const TIME = { hour: 'numeric', minute: '2-digit' };

export const day = (moment) => new Date(moment).toLocaleDateString('en-GB', DAY);

/** With the time where it was today. */
export function lately(moment) {
  const then = new Date(moment);
  const isToday = then.toDateString() === new Date().toDateString();
  return isToday ? `today at ${then.toLocaleTimeString('en-GB', TIME)}` : `on ${day(moment)}`;
}
