"""The workbook: a comparison as a spreadsheet whose formulas recalculate.

``forms`` knows which formulas there are and what they give, ``probe`` asks the app at other
inputs, ``model`` finds for every cost the formula that gives what the app gives, and the sheets
write what was found.
"""
