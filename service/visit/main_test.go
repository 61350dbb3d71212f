package visit_test

import (
	"testing"

	"bangfu/cmd/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// doc is short, because it is in every line.
type doc = apptest.Doc
