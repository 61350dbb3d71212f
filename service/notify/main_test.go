package notify_test

import (
	"testing"

	"bangfu/cmd/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
