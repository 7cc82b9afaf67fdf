import { openSqlite } from '../../state/open-shared.ts';
import { describeBatchRunner } from './batch-runner-cases.ts';

describeBatchRunner(openSqlite);
