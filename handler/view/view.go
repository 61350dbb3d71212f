// Package view is what households and the office are shown alike: the same records in the same words, so that who asks
// on the telephone and who answers look at the same thing.
package view
