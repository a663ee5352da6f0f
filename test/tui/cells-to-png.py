# Frames as pictures: reads JSON ({file, width, height, rows: [[[text, fg, bg, bold, underline], ...], ...]}, one a line) and draws PNGs.
import json, sys
from PIL import Image, ImageDraw, ImageFont

SIZE = 16
FOLDER = '/usr/share/fonts/truetype/dejavu/'
plain = ImageFont.truetype(FOLDER + 'DejaVuSansMono.ttf', SIZE)
bold = ImageFont.truetype(FOLDER + 'DejaVuSansMono-Bold.ttf', SIZE)
W, H = 10, 20

for line in sys.stdin:
    frame = json.loads(line)
    image = Image.new('RGB', (frame['width'] * W, frame['height'] * H), '#0f131a')
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(frame['rows']):
        x = 0
        for text, fg, bg, heavy, under in row:
            draw.rectangle([x * W, y * H, (x + len(text)) * W - 1, y * H + H - 1], fill=bg)
            for i, char in enumerate(text):
                if char != ' ':
                    draw.text(((x + i) * W, y * H), char, font=bold if heavy else plain, fill=fg)
            if under:
                draw.line([x * W, y * H + H - 2, (x + len(text)) * W, y * H + H - 2], fill=fg)
            x += len(text)
    image.save(frame['file'])
    print(frame['file'])
