import { openSums } from './open-sums.ts';
import { describePublishedSums } from './published-sums-cases.ts';

describePublishedSums(openSums);
