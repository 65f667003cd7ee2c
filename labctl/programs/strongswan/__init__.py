"""strongSwan: IKEv2, and ESP in user space (its plugin kernel-libipsec), so that a tunnel needs nothing of the kernel but TUN and VXLAN."""
