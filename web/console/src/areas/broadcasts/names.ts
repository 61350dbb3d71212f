import type { Audience } from '../../api/outreach'
import * as labels from '../../labels'
import { unitName } from '../../registry'
import { audienceText } from './content'
import { categories } from './words'

const naming = {
  unit: unitName, status: (s: string) => labels.named(labels.statuses, s), attribute: (s: string) => labels.named(labels.attributes, s),
  category: (s: string) => labels.named(categories, s), role: (s: string) => `结对里${labels.named(labels.roles, s)}`,
}

/** The audience in the words of this farm. */
export const whoText = (a: Audience): string => audienceText(a, naming)
