import { filesAt } from './files-at.ts';
import { describeStoredFiles } from './stored-files-cases.ts';

describeStoredFiles(filesAt);
