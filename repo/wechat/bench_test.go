package wechat_test

import (
	"testing"

	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// BenchmarkOpen verifies, decrypts and decodes a push, which is done before anything else for every message.
func BenchmarkOpen(b *testing.B) {
	q, body := sealedPush(tencent, "我家")
	codec := wechat.NewCodec(model.ChannelOA, tencent, at(1409304348))
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if push, err := codec.Open(q, body); err != nil || push.Inbound.Content != "我家" {
			b.Fatalf("%+v %v", push.Inbound, err)
		}
	}
}
