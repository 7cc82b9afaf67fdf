/** vitest loads this before each file: a test that fails half-way may leave a service behind. */
import { afterAll } from 'vitest';
import { endWhatIsLeft } from './started.ts';

afterAll(endWhatIsLeft);
