// Stays, and does nothing.
import { setInterval } from 'node:timers';

setInterval(() => undefined, 2 ** 30);
