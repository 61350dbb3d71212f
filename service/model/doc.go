// Package model is the vocabulary that everything else shares: the records of the case model,
// the rules that need nothing but their input, the labels people read, and the error kinds.
// It imports the standard library only.
//
// Conventions: ids are strings; money is Fen; business dates are Date and Period in
// Asia/Shanghai; instants are time.Time in UTC; every stored record's id is its `_id`.
package model
