// Letters that join a neighbour (Unicode 17, DerivedJoiningType.txt), as hexadecimal code points and ranges.
// Regular expressions have no such property. These are the scripts in use today: Arabic, Syriac, N'Ko,
// Mandaic, Mongolian, Phags-pa, Hanifi Rohingya and Adlam.

/** Joining_Type D: on both sides. */
export const DUAL_JOINING = `
  620 626 628 62A-62E 633-63F 641-647 649-64A 66E-66F 678-687 69A-6BF 6C1-6C2 6CC 6CE
  6D0-6D1 6FA-6FC 6FF 712-714 71A-71D 71F-727 729 72B 72D-72E 74E-758 75C-76A 76D-770 772
  775-777 77A-77F 7CA-7EA 841-845 848 84A-853 855 860 862-865 868 886 889-88D 88F 8A0-8A9
  8AF-8B0 8B3-8B8 8BA-8C8 1807 1820-1878 1887-18A8 18AA A840-A871 10D01-10D21 10D23
  1E900-1E943`;

/** Joining_Type L: the letter after it. */
export const LEFT_JOINING = "A872 10D00";

/** Joining_Type R: the letter before it. */
export const RIGHT_JOINING = `
  622-625 627 629 62F-632 648 671-673 675-677 688-699 6C0 6C3-6CB 6CD 6CF 6D2-6D3 6D5
  6EE-6EF 710 715-719 71E 728 72A 72C 72F 74D 759-75B 76B-76C 771 773-774 778-779 840
  846-847 849 854 856-858 867 869-86A 870-882 88E 8AA-8AC 8AE 8B1-8B2 8B9 10D22`;
