"""Draws the test card: the text as Code 128 and as QR code on a page of A4, the same bytes each time."""

import sys

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128, qr
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

text, path = sys.argv[1:]
width, height = A4
left = 20 * mm
page = Canvas(path, pagesize=A4, invariant=1, pageCompression=1, lang="en")
page.setTitle("scanbridge test card")
page.setAuthor("scanbridge")
page.setCreator("scanbridge")

y = height - 32 * mm
page.setFont("Helvetica-Bold", 24)
page.drawString(left, y, "scanbridge test card")
y -= 4 * mm
page.setFont("Helvetica", 12)
for line in (
    "Stop the service (systemctl stop scanbridge), run scanbridge check --scan, and scan one",
    "of the two codes. The program says which country the scanner is set to, and which layout",
    "line to write into the configuration.",
):
    y -= 7 * mm
    page.drawString(left, y, line)

# 0.4 mm is wide enough for any scanner, and the quiet zone on either side is ten bars, as the standard wants.
bars = code128.Code128(text, barWidth=0.4 * mm, barHeight=25 * mm, quiet=1, lquiet=4 * mm, rquiet=4 * mm)
y -= 45 * mm
bars.drawOn(page, (width - bars.width) / 2, y)

side = 60 * mm
matrix = qr.QrCodeWidget(text, barLevel="M")
x1, y1, x2, y2 = matrix.getBounds()
drawing = Drawing(side, side, transform=[side / (x2 - x1), 0, 0, side / (y2 - y1), 0, 0])
drawing.add(matrix)
y -= side + 25 * mm
renderPDF.draw(drawing, page, (width - side) / 2, y)

page.setFont("Courier", 11)
page.drawCentredString(width / 2, y - 15 * mm, text)
page.save()
