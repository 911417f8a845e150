# %% [markdown]
# # A first look
#
# Measure a folder, read the tables with pandas, plot heights against doping, compare two refinements, fit λ, look
# at a cage. It needs polycage with the extras `draw` and `frames`, and the folder `cif` of the repository.

# %% [markdown]
# ## Measure a folder
#
# `polycage measure cif --format csv` prints a table for programs, one row a cage. Warnings go to standard error.
# They stand in the columns `status`, `message` and `codes` too.

# %%
import io
import subprocess
import sys

import matplotlib.pyplot as plt
import pandas as pd

import polycage

names = ["BaFe2As2_297K", "Ba0.6K0.4Fe2As2_297K", "KFe2As2_rt", "LaFeAsO_175K", "LaFeAsO_rt", "CaKFe4As4", "FeSe_293K"]
files = [f"cif/{name}.cif" for name in names]
command = [sys.executable, "-m", "polycage.cli", "measure", *files, "--format", "csv"]
printed = subprocess.run(command, capture_output=True, text=True, check=True)
cages = pd.read_csv(io.StringIO(printed.stdout))
active = cages[cages["role"] == "active"]
active[["structure_id", "phase", "kind", "h_A", "h_su_A", "status", "verification"]]

# %% [markdown]
# `h_su_A` is the standard uncertainty of a height. It is empty where the file does not state all that the height
# depends on.

# %% [markdown]
# ## Heights against doping
#
# `config/materials.csv` has the holes per metal of the compounds for which the count is certain.

# %%
materials = pd.read_csv("config/materials.csv")
known = active.merge(materials[["structure_id", "holes_per_metal", "tc_K"]], on="structure_id")
figure, axes = plt.subplots(figsize=(5, 3.2))
for phase, rows in known.groupby("phase"):
    axes.errorbar(rows["holes_per_metal"], rows["h_A"], yerr=rows["h_su_A"].fillna(0), fmt="o", label=phase)
axes.set_xlabel("holes per iron")
axes.set_ylabel("height (Å)")
axes.legend()
# %% [markdown]
# ## Two refinements of one compound
#
# Two heights differ where their difference is several times its uncertainty.

# %%
alpha = active[active["phase"] == "alpha"].set_index("structure_id")
one, other = alpha.loc["LaFeAsO_175K"], alpha.loc["LaFeAsO_rt"]
difference = other["h_A"] - one["h_A"]
uncertainty = (one["h_su_A"] ** 2 + other["h_su_A"] ** 2) ** 0.5
print(f"{difference:.4f} ± {uncertainty:.4f} Å: {difference / uncertainty:.1f} standard uncertainties")

# %% [markdown]
# ## Fit λ
#
# The paper's λ is the plain mean of Tc h² over the compounds of its tables, with the heights printed there. The
# library does the same in `polycage.relation.fit`; here it is by hand.

# %%
paper = materials[materials["paper_phase"].notna()]
heights = pd.Series({i: row[f"paper_h_{row['paper_phase']}_A"] for i, row in paper.iterrows()})
products = paper["tc_K"] * heights**2
lambdas = products.groupby(paper["family"]).mean()
lambdas

# %% [markdown]
# The relation is a hypothesis under test. On compounds that the paper did not list, its predictions were no better
# than the mean of the measured values. A prediction for a compound of your own deserves the error measured there,
# not the scatter of λ.

# %% [markdown]
# ## Look at a cage

# %%
from polycage.pictures.cage_drawing import cage_figure

measurement = polycage.measure("cif/BaFe2As2_297K.cif")
cage = measurement.cages[0]
cage_figure(cage, f"{measurement.formula}: {cage.phase}, h = {cage.h_A:.3f} Å", polycage.Settings())
