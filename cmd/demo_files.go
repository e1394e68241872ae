package cmd

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// demoFiles are the files that the demo's shop keeps: templates that it publishes, and
// what its people photographed and signed.
func demoFiles() map[string][]byte {
	return map[string][]byte{
		"gas-safety.yaml": []byte(`name: gas safety
title: Before anybody opens a gas line
safety: true
text: >
  The supply is closed at the meter and tagged. The detector shows no gas. The room is
  ventilated, and nobody smokes or switches anything.
questions:
  - {key: reading, text: Detector reading, type: number, unit: "% LEL", required: true}
  - {key: tagged, text: "Is the valve tagged?", type: yes-no, required: true}
`),
		"gas-isolation.yaml": []byte(`name: gas isolation
priority: high
sla: standard
tasks:
  - title: Close and tag the supply
    skills: [{skill: gas, level: 2}]
    estimate_minutes: 45
    checklists: [gas safety]
`),
		"pump-replacement.yaml": []byte(`name: pump replacement
priority: high
sla: standard
tasks:
  - title: Remove the old pump
    skills: [{skill: gas, level: 1}]
    estimate_minutes: 90
  - title: Fit and start the new pump
    skills: [{skill: gas, level: 1}]
    estimate_minutes: 150
    evidence: [{kind: photo, title: the new pump running}]
deliverables:
  - {title: Acceptance by the customer, needs: signoff}
milestones:
  - {name: Work as done}
`),
		"new-pump.png":  demoPhoto(),
		"signature.png": demoSignature(),
	}
}

// demoPhoto draws what stands for a photograph: a pump, seen through a dirty lens.
func demoPhoto() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			c := color.RGBA{uint8(60 + y/2), uint8(70 + x/4), 90, 255}
			if d := math.Hypot(float64(x-80), float64(y-60)); d < 38 {
				c = color.RGBA{uint8(200 - 3*d), 40, 40, 255}
			}
			if y > 52 && y < 68 {
				c = color.RGBA{150, 150, uint8(120 + y), 255}
			}
			img.Set(x, y, c)
		}
	}
	return encodePNG(img)
}

// demoSignature draws what stands for a signature.
func demoSignature() []byte {
	img := image.NewGray(image.Rect(0, 0, 200, 60))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for i := range 1800 {
		t := float64(i) / 100
		x, y := 10+10*t+6*math.Sin(5*t), 30+18*math.Sin(3*t)*math.Exp(-t/12)
		img.SetGray(int(x), int(y), color.Gray{20})
		img.SetGray(int(x), int(y)+1, color.Gray{20})
	}
	return encodePNG(img)
}

// encodePNG writes into memory, which cannot fail for an image of a valid size.
func encodePNG(img image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}
