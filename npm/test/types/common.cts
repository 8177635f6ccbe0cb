// The package from CommonJS.

import redmoon = require('redmoon');

export const make = (): redmoon.Redmoon => redmoon.Redmoon.createSync({ limits: { memory: '16mb' } });
// @ts-expect-error: keys are an array
make().evalSync('return 1', { keys: 5 });
